/* hypotf moved to a new version in glibc 2.35, and Lambda's provided.al2023 has 2.34. hessboost's code asks for it
   in an objective that is never used here; with this one the function starts. Single precision fits into double
   without overflow, so no scaling is needed. */
#include <math.h>

float hypotf(float x, float y) { return (float)sqrt((double)x * x + (double)y * y); }
